namespace FuturesEos.EmbeddedKafka.Topics;

/// <summary>Kafka's numbers for the type of a setting in DescribeConfigs.</summary>
internal enum SettingType : sbyte
{
    Boolean = 1,
    String = 2,
    Int = 3,
    Long = 5,
    Double = 6,
    List = 7,
}
