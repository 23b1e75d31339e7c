-- input: orders
select country, status, count(*) as orders, sum(quantity * unit_price) as revenue, avg(discount) as discount
from input group by country, status
