-- input: orders
select product, sum(quantity) as pieces from input where status = 'refunded'
group by product having avg(discount) > 0.06 and bool_or(note is null)
