-- input: orders
select product, sum(quantity) as pieces from input group by product order by pieces desc, product
