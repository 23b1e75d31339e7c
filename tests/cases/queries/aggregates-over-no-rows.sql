-- input: orders
select count(*) as n, count(note) as notes, count(distinct note) as kinds, sum(quantity) as pieces, avg(unit_price) as mean,
       min(email) as least, max(ordered_at) as last, stddev(quantity) as deviation, string_agg(note, ',') as said,
       bool_and(quantity > 0) as every, bool_or(quantity > 0) as any_of_them
from input where status = 'lost'
