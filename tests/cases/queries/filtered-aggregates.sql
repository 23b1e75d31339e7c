-- input: orders
select country, count(*) filter (where status = 'paid') as paid, sum(quantity) filter (where status = 'refunded') as back,
       avg(unit_price) filter (where discount > 0.1) as mean, max(order_id) filter (where note = 'gift') as last_gift,
       count(distinct product) filter (where quantity = 1) as singles
from input group by country
