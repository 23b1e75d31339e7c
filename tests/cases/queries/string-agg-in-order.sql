-- input: orders
select country, string_agg(order_id::text, ' ' order by order_id desc) as orders
from input where order_id <= 200 group by country
