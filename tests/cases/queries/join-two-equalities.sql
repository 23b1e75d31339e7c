-- input: orders-and-lookups
select o.order_id, o.country, o.status, f.fee from input o left join fees f on o.country = f.country and o.status = f.status
where o.order_id between 1000 and 1100
