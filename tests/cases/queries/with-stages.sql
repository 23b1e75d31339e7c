-- input: orders
with priced as (select country, status, quantity * unit_price as worth from input),
     by_country as (select country, sum(worth) as worth, count(*) as n from priced where status = 'paid' group by country)
select country, worth, n from by_country where n > 150
