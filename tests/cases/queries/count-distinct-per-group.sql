-- input: orders
select country, count(distinct product) as products, count(distinct note) as notes, count(distinct customer_id) as customers
from input group by country
