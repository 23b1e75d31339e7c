-- input: orders
select product, bool_and(quantity < 10) as small, bool_or(status = 'refunded' and quantity = 9) as large_refund,
       bool_and(note is null) as silent
from input where order_id <= 400 group by product
