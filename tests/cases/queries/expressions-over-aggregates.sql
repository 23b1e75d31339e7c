-- input: orders
select status, sum(quantity * unit_price) - sum(quantity * unit_price * discount) as due,
       max(quantity) - min(quantity) + 1 as span, upper(status) || ':' || count(*)::text as label,
       case when count(*) > 1500 then 'often' else 'seldom' end as how
from input group by status
