-- input: orders
select order_id, upper(country) as country, quantity * unit_price * (1 - discount) as total
from input where status = 'paid' and quantity * unit_price > 850
