using FuturesEos.EmbeddedKafka.Topics;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Kafka's numbers for where a setting's value comes from.</summary>
internal static class SettingSource
{
    public const sbyte TopicOwn = 1;
    public const sbyte StaticBroker = 4;
    public const sbyte Default = 5;

    public static sbyte Of(TopicSettings settings, string name) => settings.Own.ContainsKey(name) ? TopicOwn : Default;
}
