-- input: orders
select status, sum(distinct quantity) as kinds, count(distinct discount) as discounts, avg(distinct quantity) as mean
from input group by status
