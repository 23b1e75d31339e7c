-- input: orders
select note, count(*) as orders, count(note) as noted, min(order_id) as first from input group by note
