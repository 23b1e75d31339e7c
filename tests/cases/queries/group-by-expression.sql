-- input: orders
select quantity % 3 as rest, status = 'paid' as paid, sum(quantity) as pieces, count(note) as notes
from input group by quantity % 3, status = 'paid'
