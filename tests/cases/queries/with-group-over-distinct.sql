-- input: orders
with pairs as (select distinct country, product from input where quantity = 9 and status = 'paid')
select country, count(*) as products from pairs group by country
