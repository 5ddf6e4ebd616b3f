using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>An API with its handler, the types of its messages hidden.</summary>
internal abstract class Endpoint
{
    public abstract Api Api { get; }

    public static Endpoint Of<TRequest, TResponse>(IRequestHandler<TRequest, TResponse> handler)
        where TRequest : class, IKafkaRequest<TResponse>, new()
        where TResponse : class, IProtocolStruct, new() => new Typed<TRequest, TResponse>(handler);

    /// <summary>Reads the request and answers it.</summary>
    /// <exception cref="ProtocolException">The bytes are not this request.</exception>
    public abstract ValueTask<IProtocolStruct?> InvokeAsync(ProtocolReader reader, RequestContext context);

    /// <summary>Reads the request; for who answers it himself.</summary>
    public abstract IProtocolStruct Read(ProtocolReader reader);

    private sealed class Typed<TRequest, TResponse>(IRequestHandler<TRequest, TResponse> handler) : Endpoint
        where TRequest : class, IKafkaRequest<TResponse>, new()
        where TResponse : class, IProtocolStruct, new()
    {
        public override Api Api => TRequest.Api;

        public override IProtocolStruct Read(ProtocolReader reader)
        {
            var request = new TRequest();
            reader.Struct(request);
            return request;
        }

        public override async ValueTask<IProtocolStruct?> InvokeAsync(ProtocolReader reader, RequestContext context)
        {
            var request = new TRequest();
            reader.Struct(request);

            // Bytes after the last field are passed over, as Kafka does: librdkafka 2.16 leaves three of them when it
            // asks for the metadata of all topics in version 9 or later (ListenTests).
            return await handler.HandleAsync(request, context);
        }
    }
}
