using FuturesEos.AppHost.Connect;
using FuturesEos.AppHost.Database;
using FuturesEos.AppHost.Kafka;
using FuturesEos.AppHost.Services;
using FuturesEos.Topology;

//  generator ──► kafka: signals ──► processor ──► kafka: decisions ──► order manager ──► postgres: orders, outbox
//                kafka: order events ◄──────────────── debezium (or relay) ◄───────────────────────────┘
//
//  dotnet run [--Cdc=relay] [--Brokers=1]

var builder = DistributedApplication.CreateBuilder(args);
var options = TopologyOptions.Parse(builder.Configuration["Brokers"], builder.Configuration["Cdc"]);

if (builder.ExecutionContext.IsPublishMode)
{
    builder.AddPublishedSystem();
    builder.Build().Run();
    return;
}

// where records and rows are kept
var kafka = builder.AddKafkaCluster("kafka", options);
builder.AddKafkaUi("kafka-ui", kafka);
var database = builder.AddFuturesDatabase(options);
var migration = builder.AddProject<Projects.FuturesEos_OrderManager>("migration", o => o.ExcludeLaunchProfile = true)
    .WithArgs("migrate").WithReference(database.Owner, "futures").WaitFor(database.Owner);

// the stages, in the order of the data flow
var generator = builder.AddService<Projects.FuturesEos_SignalGenerator>("signal-generator")
    .WithReference(kafka).WaitFor(kafka).WithEnvironment("Generator__Rate", builder.AddParameter("rate", "5"));
builder.AddService<Projects.FuturesEos_SignalProcessor>("signal-processor").WithReference(kafka).WaitFor(kafka)
    .WithSettings(ServiceSettings.Processor(builder.StateFolder(options, "processor")))
    .WithKillCommand();
var orders = builder.AddService<Projects.FuturesEos_OrderManager>("order-manager").WithReference(kafka).WaitFor(kafka)
    .WithReference(database.OrderManager).WaitForCompletion(migration)
    .WithSettings(ServiceSettings.OrderManager)
    .WithKillCommand();
if (options.Cdc == Cdc.Relay)
{
    builder.AddService<Projects.FuturesEos_OutboxRelay>("outbox-relay").WithReference(kafka).WaitFor(kafka)
        .WithReference(database.Relay, "futures").WaitForCompletion(migration)
        .WithKillCommand();
}
else
{
    var connect = builder.AddConnectWorker("connect", options, kafka, database).WaitForCompletion(migration);
    builder.AddOutboxConnector("outbox-connector", connect);
}

// what a person starts: by its own Start button, or as a command of the stage it belongs to
foreach (var timeframe in (string[])["1m", "5m", "15m"])
{
    builder.AddTool<Projects.FuturesEos_SignalGenerator>($"round-{timeframe}", generator, "--timeframe", timeframe)
        .WithReference(kafka).WaitFor(kafka);
}

builder.AddTool<Projects.FuturesEos_SignalGenerator>("replay", generator, "--trades", builder.Sample())
    .WithReference(kafka).WaitFor(kafka);
builder.AddTool<Projects.FuturesEos_SignalGenerator>("burst", generator, "burst", "1000")
    .WithReference(kafka).WaitFor(kafka);
builder.AddTool<Projects.FuturesEos_Cli>("verify", orders, "verify", "--wait", "60s")
    .WithReference(kafka).WithReference(database.Owner, "futures").WaitFor(kafka).WaitFor(database.Owner);
generator.WithToolCommand("replay", "Replay the sample").WithToolCommand("burst", "Send 1000 at once");
orders.WithToolCommand("verify", "Verify exactly once");

builder.Build().Run();
