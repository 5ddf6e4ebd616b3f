namespace FuturesEos.KafkaProtocol.Records;

/// <summary>How a batch's records are packed: the lowest three bits of its attributes.</summary>
public enum CompressionType
{
    None = 0,
    Gzip = 1,
    Snappy = 2,
    Lz4 = 3,
    Zstd = 4,
}
