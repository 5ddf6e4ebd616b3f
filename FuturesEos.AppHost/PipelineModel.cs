using FuturesEos.AppHost.Connect;
using FuturesEos.AppHost.Database;
using FuturesEos.AppHost.Kafka;
using FuturesEos.AppHost.Services;
using FuturesEos.Topology;

namespace FuturesEos.AppHost;

/// <summary>
/// The picture of the system.
/// <code>
/// generator ──► kafka: signals ──► processor ──► kafka: decisions ──► order manager ──► postgres: orders, outbox
///               kafka: order events ◄──────────────── debezium (or relay) ◄───────────────────────────┘
/// </code>
/// </summary>
internal static class PipelineModel
{
    /// <summary>Adds all of it.</summary>
    public static void AddPipeline(
        this IDistributedApplicationBuilder builder, InfrastructureChoice infrastructure, TopologyOptions options)
    {
        builder.AddParameter("infrastructure", infrastructure.Reason)
            .WithDescription("Where Kafka and PostgreSQL run, and why: --Infrastructure=auto|embedded|containers");
        var isEmbedded = options.Infrastructure == Infrastructure.Embedded;

        // where records and rows are kept
        var data = LocalData.Open(builder, options);
        var kafka = isEmbedded ? builder.AddEmbeddedKafka("kafka", options, data)
            : builder.AddKafkaCluster("kafka", options, data);
        if (!isEmbedded) builder.AddKafkaUi("kafka-ui", kafka, options);
        var database = isEmbedded ? builder.AddEmbeddedDatabase(data) : builder.AddContainerDatabase(data);
        var migration = builder.AddProgram<Projects.FuturesEos_OrderManager>("migration")
            .WithArgs("migrate").WithReference(database.Owner, "futures").WaitFor(database.Server)
            .WithParentRelationship(database.Server).WithIconName("DatabaseArrowUp");

        // the stages, in the order of the data flow
        builder.AddGenerator(kafka);
        builder.AddService<Projects.FuturesEos_SignalProcessor>("signal-processor")
            .WithReference(kafka).WaitFor(kafka)
            .WithSettings(ServiceSettings.Processor(data.StateOf("processor")))
            .WithIconName("BrainCircuit").WithKillCommand();
        builder.AddService<Projects.FuturesEos_OrderManager>("order-manager").WithReference(kafka).WaitFor(kafka)
            .WithReference(database.OrderManager).WithReferenceRelationship(database.Server)
            .WaitForCompletion(migration)
            .WithSettings(ServiceSettings.OrderManager)
            .WithIconName("ReceiptMoney").WithKillCommand().WithVerifyCommand(kafka, database);
        if (options.Cdc == Cdc.Relay)
        {
            builder.AddService<Projects.FuturesEos_OutboxRelay>("outbox-relay").WithReference(kafka).WaitFor(kafka)
                .WithReference(database.Relay, "futures").WithReferenceRelationship(database.Server)
                .WaitForCompletion(migration)
                .WithIconName("SendCopy").WithKillCommand();
        }
        else
        {
            var connect = builder.AddConnectWorker("connect", options, kafka, database).WaitForCompletion(migration);
            builder.AddOutboxConnector("outbox-connector", connect);
        }
    }
}
