using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// How a topic has its records compressed (<c>compression.type</c>), and by which level; a null level is the codec's
/// own.
/// </summary>
internal readonly record struct Codec(CompressionType Type, int? Level);
