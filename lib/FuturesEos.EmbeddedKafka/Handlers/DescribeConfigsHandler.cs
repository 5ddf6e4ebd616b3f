using System.Globalization;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Settings of topics, and those of the broker that clients ask for.</summary>
internal sealed class DescribeConfigsHandler(BrokerNode node, TopicRegistry topics, EmbeddedKafkaOptions options)
    : IRequestHandler<DescribeConfigsRequest, DescribeConfigsResponse>
{
    public ValueTask<DescribeConfigsResponse?> HandleAsync(DescribeConfigsRequest request, RequestContext context) =>
        new(new DescribeConfigsResponse
        {
            Results = [.. request.Resources.Select(resource => Describe(resource, request.IncludeSynonyms))],
        });

    private DescribeConfigsResponse.Result Describe(DescribeConfigsRequest.Resource resource, bool withSynonyms)
    {
        var result = new DescribeConfigsResponse.Result
        {
            ResourceType = resource.ResourceType, ResourceName = resource.ResourceName,
        };
        switch (resource.ResourceType)
        {
            case ResourceKind.Topic when topics.Find(resource.ResourceName) is { } topic:
                result.Configs = [.. TopicSettings.All.Select(setting => OfTopic(topic, setting, withSynonyms))];
                break;
            case ResourceKind.Topic when TopicName.Complaint(resource.ResourceName) is { } badName:
                (result.ErrorCode, result.ErrorMessage) = (KafkaError.InvalidTopic, badName);
                break;
            case ResourceKind.Topic:
                result.ErrorCode = KafkaError.UnknownTopicOrPartition;
                break;
            case ResourceKind.Broker when resource.ResourceName == node.Id.ToString(CultureInfo.InvariantCulture):
                result.Configs = [.. OfBroker()];
                break;
            default:
                (result.ErrorCode, result.ErrorMessage) =
                    (KafkaError.InvalidRequest, $"Only topics and broker {node.Id} have settings here.");
                break;
        }

        if (resource.ConfigurationKeys is { } keys)
            result.Configs = [.. result.Configs.Where(config => keys.Contains(config.Name))];
        return result;
    }

    private static DescribeConfigsResponse.ResourceResult OfTopic(
        Topic topic, TopicSetting setting, bool withSynonyms) =>
        new()
        {
            Name = setting.Name,
            Value = topic.Settings.Value(setting.Name),
            ConfigSource = SettingSource.Of(topic.Settings, setting.Name),
            ConfigType = (sbyte)setting.Type,
            Synonyms = withSynonyms ? [.. Synonyms(topic.Settings, setting)] : [],
        };

    private static IEnumerable<DescribeConfigsResponse.Synonym> Synonyms(TopicSettings settings, TopicSetting setting)
    {
        if (settings.Own.TryGetValue(setting.Name, out var own))
            yield return new() { Name = setting.Name, Value = own, Source = SettingSource.TopicOwn };
        if (setting.OfBroker is { } name)
            yield return new() { Name = name, Value = settings.DefaultOf(setting), Source = SettingSource.Default };
    }

    private IEnumerable<DescribeConfigsResponse.ResourceResult> OfBroker() =>
        new (string Name, SettingType Type, double Value)[]
        {
            ("broker.id", SettingType.Int, node.Id),
            ("default.replication.factor", SettingType.Int, 1),
            ("group.initial.rebalance.delay.ms", SettingType.Int, options.GroupInitialRebalanceDelay.TotalMilliseconds),
            ("group.max.session.timeout.ms", SettingType.Int, options.GroupMaxSessionTimeout.TotalMilliseconds),
            ("group.min.session.timeout.ms", SettingType.Int, options.GroupMinSessionTimeout.TotalMilliseconds),
            ("message.max.bytes", SettingType.Int, options.MaxMessageBytes),
            ("min.insync.replicas", SettingType.Int, 1),
            ("num.partitions", SettingType.Int, options.DefaultPartitions),
            ("offsets.topic.num.partitions", SettingType.Int, 1),
            ("offsets.topic.replication.factor", SettingType.Int, 1),
            ("socket.request.max.bytes", SettingType.Int, options.MaxRequestBytes),
            ("transaction.max.timeout.ms", SettingType.Int, options.TransactionMaxTimeout.TotalMilliseconds),
            ("transaction.state.log.min.isr", SettingType.Int, 1),
            ("transaction.state.log.replication.factor", SettingType.Int, 1),
            ("transactional.id.expiration.ms", SettingType.Int, options.TransactionalIdExpiration.TotalMilliseconds),
        }
        .Select(setting => new DescribeConfigsResponse.ResourceResult
        {
            Name = setting.Name,
            Value = setting.Value.ToString("0", CultureInfo.InvariantCulture),
            ReadOnly = true,
            ConfigSource = SettingSource.StaticBroker,
            ConfigType = (sbyte)setting.Type,
        })
        .Append(new()
        {
            Name = "auto.create.topics.enable",
            Value = "false",
            ReadOnly = true,
            ConfigSource = SettingSource.StaticBroker,
            ConfigType = (sbyte)SettingType.Boolean,
        });
}
