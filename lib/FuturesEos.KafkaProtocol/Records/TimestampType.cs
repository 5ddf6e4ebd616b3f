namespace FuturesEos.KafkaProtocol.Records;

/// <summary>Whose clock a batch's timestamps come from: bit 3 of its attributes.</summary>
public enum TimestampType
{
    CreateTime = 0,
    LogAppendTime = 1,
}
