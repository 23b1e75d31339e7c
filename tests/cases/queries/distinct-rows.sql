-- input: orders
select distinct status, discount from input
