-- input: orders-and-lookups
select o.order_id, o.country, c.name as country_name, c.continent
from input o left join countries c on o.country = c.iso2 where o.order_id <= 80
