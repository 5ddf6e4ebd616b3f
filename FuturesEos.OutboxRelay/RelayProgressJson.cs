using System.Text.Json.Serialization;

namespace FuturesEos.OutboxRelay;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(RelayProgress))]
internal sealed partial class RelayProgressJson : JsonSerializerContext;
