-- input: orders
select country, total from (
    select country, quantity * unit_price as total, status from input where discount = 0
) as undiscounted where status = 'paid' and total > 800
