-- input: orders
select orders, count(*) as countries, min(country) as first from (
    select country, count(*) as orders from input where order_id <= 500 group by country
) as by_country group by orders
