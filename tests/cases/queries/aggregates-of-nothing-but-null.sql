-- input: orders
select status, sum(nullif(quantity, quantity)) as pieces, count(nullif(quantity, quantity)) as n,
       avg(nullif(quantity, quantity)) as mean, max(nullif(note, note)) as said, bool_and(nullif(true, quantity > 0)) as every
from input group by status
