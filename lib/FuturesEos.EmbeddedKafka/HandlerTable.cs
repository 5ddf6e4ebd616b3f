using FuturesEos.EmbeddedKafka.Fetching;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.EmbeddedKafka.Handlers;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.EmbeddedKafka.Transactions;
using Microsoft.Extensions.Logging;

namespace FuturesEos.EmbeddedKafka;

/// <summary>Every API the broker answers; ApiVersions is the dispatcher's.</summary>
internal static class HandlerTable
{
    public static IEnumerable<Endpoint> Of(
        BrokerNode node,
        TopicRegistry topics,
        GroupCoordinator groups,
        TransactionCoordinator transactions,
        ITransactionHost host,
        EmbeddedKafkaOptions options,
        MemoryLimits memory,
        ILogger logger)
    {
        yield return Endpoint.Of(new ProduceHandler(topics, transactions, logger));
        yield return Endpoint.Of(
            new FetchHandler(topics, new FetchSessions(topics, options.Time, memory), memory, options));
        yield return Endpoint.Of(new ListOffsetsHandler(topics));
        yield return Endpoint.Of(new MetadataHandler(node, topics));
        yield return Endpoint.Of(new OffsetCommitHandler(groups, topics, options.Time));
        yield return Endpoint.Of(new OffsetFetchHandler(groups));
        yield return Endpoint.Of(new FindCoordinatorHandler(node));
        yield return Endpoint.Of(new JoinGroupHandler(groups));
        yield return Endpoint.Of(new HeartbeatHandler(groups));
        yield return Endpoint.Of(new LeaveGroupHandler(groups));
        yield return Endpoint.Of(new SyncGroupHandler(groups));
        yield return Endpoint.Of(new DescribeGroupsHandler(groups));
        yield return Endpoint.Of(new ListGroupsHandler(groups));
        yield return Endpoint.Of(new SaslHandshakeHandler());
        yield return Endpoint.Of(new CreateTopicsHandler(node, topics, options));
        yield return Endpoint.Of(new DeleteTopicsHandler(topics, groups));
        yield return Endpoint.Of(new DeleteRecordsHandler(topics));
        yield return Endpoint.Of(new InitProducerIdHandler(transactions));
        yield return Endpoint.Of(new OffsetForLeaderEpochHandler(topics));
        yield return Endpoint.Of(new AddPartitionsToTxnHandler(transactions, topics));
        yield return Endpoint.Of(new AddOffsetsToTxnHandler(transactions));
        yield return Endpoint.Of(new EndTxnHandler(transactions));
        yield return Endpoint.Of(new WriteTxnMarkersHandler(host));
        yield return Endpoint.Of(new TxnOffsetCommitHandler(groups, transactions, topics, options.Time));
        yield return Endpoint.Of(new DescribeAclsHandler());
        yield return Endpoint.Of(new CreateAclsHandler());
        yield return Endpoint.Of(new DeleteAclsHandler());
        yield return Endpoint.Of(new AlterConfigsHandler(topics));
        yield return Endpoint.Of(new AlterReplicaLogDirsHandler(topics, options.DataFolder));
        yield return Endpoint.Of(new DescribeLogDirsHandler(topics, options.DataFolder));
        yield return Endpoint.Of(new DescribeConfigsHandler(node, topics, options));
        yield return Endpoint.Of(new SaslAuthenticateHandler());
        yield return Endpoint.Of(new CreatePartitionsHandler(topics));
        yield return Endpoint.Of(new DeleteGroupsHandler(groups));
        yield return Endpoint.Of(new ElectLeadersHandler(topics));
        yield return Endpoint.Of(new AlterPartitionReassignmentsHandler(node, topics));
        yield return Endpoint.Of(new ListPartitionReassignmentsHandler());
        yield return Endpoint.Of(new IncrementalAlterConfigsHandler(topics));
        yield return Endpoint.Of(new OffsetDeleteHandler(groups, topics));
        yield return Endpoint.Of(new DescribeClusterHandler(node));
        yield return Endpoint.Of(new DescribeProducersHandler(topics));
        yield return Endpoint.Of(new DescribeTransactionsHandler(transactions));
        yield return Endpoint.Of(new ListTransactionsHandler(transactions, options.Time));
    }
}
