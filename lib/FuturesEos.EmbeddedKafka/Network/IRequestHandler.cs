using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>Answers one API. Null is no answer, which only Produce with acks=0 gives.</summary>
internal interface IRequestHandler<in TRequest, TResponse>
    where TRequest : IKafkaRequest<TResponse>
    where TResponse : class, IProtocolStruct, new()
{
    ValueTask<TResponse?> HandleAsync(TRequest request, RequestContext context);
}
