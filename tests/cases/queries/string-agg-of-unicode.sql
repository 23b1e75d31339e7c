-- input: orders
select quantity, string_agg(product, ' | ' order by product, order_id) as products, string_agg(note, '/' order by order_id) as notes
from input where order_id between 500 and 560 group by quantity
