-- input: orders
select order_id, product, quantity from input
where country in ('DE', 'JP', 'BR') and quantity between 3 and 5 and product like '%ar%' and email not ilike 'M%'
