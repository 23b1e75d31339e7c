-- input: orders
select distinct length(product) as letters, quantity > 4 as many from input
