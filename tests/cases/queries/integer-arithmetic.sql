-- input: orders
select order_id, order_id % 7 as seventh, -quantity as negative, abs(quantity - 5) as apart,
       greatest(quantity, 4) as at_least, least(quantity, 4) as at_most, order_id * 1000000007 as large
from input where order_id > 9950
