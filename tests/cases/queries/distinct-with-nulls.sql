-- input: orders
select distinct note from input
