var builder = DistributedApplication.CreateBuilder(args);

var kafka = builder.AddKafka("kafka");
var database = builder.AddPostgres("postgres")
    .WithArgs("-c", "wal_level=logical")
    .AddDatabase("futures");

builder.AddProject<Projects.FuturesEos_SignalGenerator>("generator").WithReference(kafka).WaitFor(kafka);
builder.AddProject<Projects.FuturesEos_SignalProcessor>("processor").WithReference(kafka).WaitFor(kafka);
builder.AddProject<Projects.FuturesEos_OrderManager>("orders")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(database).WaitFor(database);
builder.AddProject<Projects.FuturesEos_OutboxRelay>("relay")
    .WithReference(kafka).WaitFor(kafka)
    .WithReference(database).WaitFor(database);

builder.Build().Run();
