-- input: orders
select order_id, length(product) as letters, lower(product) as low, upper(product) as high, left(product, 4) as head,
       right(product, 3) as tail, reverse(product) as back, replace(product, 'e', 'é') as accents,
       strpos(product, 'a') as first_a, lpad(quantity::text, 3, '0') as code, trim(' ' || product || ' ') as bare
from input where order_id <= 40
