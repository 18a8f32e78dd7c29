# Take orders from the list in redis and write them into the database.
exec 3<>/dev/tcp/redis/6379
while printf 'BLPOP orders 0\r\n' >&3; do
  for _ in 1 2 3 4 5; do read -r line <&3; done
  psql --quiet --command "INSERT INTO orders VALUES ('${line%$'\r'}')"
done
