-- input: orders-and-lookups
select coalesce(c.continent, 'elsewhere') as continent, count(*) as orders, sum(f.fee) as fees, count(f.fee) as charged
from input o left join countries c on o.country = c.iso2 left join fees f on o.country = f.country and o.status = f.status
group by 1
