namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>What requests about rights are told, as by a Kafka without <c>authorizer.class.name</c>.</summary>
internal static class NoAuthorizer
{
    public const string Message = "No Authorizer is configured.";
}
