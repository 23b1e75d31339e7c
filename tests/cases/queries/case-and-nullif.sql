-- input: orders
select order_id,
       case when quantity >= 7 then 'many' when quantity >= 3 then 'some' else 'few' end as lot,
       case status when 'paid' then 1 when 'refunded' then -1 end as sign,
       nullif(quantity, 5) as not_five
from input where order_id between 100 and 160
