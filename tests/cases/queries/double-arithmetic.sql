-- input: orders
select order_id, sqrt(unit_price::double precision) as root, ln(unit_price::double precision) as log,
       power(quantity::double precision, 3.0::double precision) as cube,
       unit_price::double precision / 3.0::double precision as third
from input where order_id <= 50
