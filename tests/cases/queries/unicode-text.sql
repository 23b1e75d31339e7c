-- input: orders
select distinct product, length(product) as letters, upper(product) as high, reverse(product) as back
from input where product like '%ü%' or product like '%茶%' or product like '%ñ%' or product ilike '%É%' or product ilike '%è%'
