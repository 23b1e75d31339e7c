-- input: orders-and-lookups
select o.order_id, c.name from input o join countries c on o.country = c.iso2 where c.continent = 'Asia'
