namespace FuturesEos.KafkaProtocol.Records;

/// <summary>What a control record says; others (KRaft's) exist and are skipped.</summary>
public enum ControlType : short
{
    Abort = 0,
    Commit = 1,
}
