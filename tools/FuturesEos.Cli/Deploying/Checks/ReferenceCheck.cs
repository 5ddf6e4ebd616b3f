using System.Text.RegularExpressions;

namespace FuturesEos.Cli.Deploying.Checks;

/// <summary>
/// What one document names, another one makes: Secrets and ConfigMaps with their keys, accounts, services with their
/// ports.
/// </summary>
internal static partial class ReferenceCheck
{
    /// <summary>Problems, one sentence each.</summary>
    public static IEnumerable<string> Find(ManifestSet set)
    {
        var secrets = Secrets(set);
        foreach (var manifest in set.All)
        {
            foreach (var (name, value, owner) in Tree.Members(manifest.Node))
            {
                var problem = name switch
                {
                    "secretKeyRef" => KeyOf(secrets, "Secret", Tree.Text(value, "name"), Tree.Text(value, "key")),
                    "passwordSecret" =>
                        KeyOf(secrets, "Secret", Tree.Text(value, "secretName"), Tree.Text(value, "password")),
                    "secretName" when owner["password"] is null => KeyOf(secrets, "Secret", value?.ToString(), null),
                    "configMapKeyRef" =>
                        KeyOf(ConfigMaps(set), "ConfigMap", Tree.Text(value, "name"), Tree.Text(value, "key")),
                    "configMapRef" or "configMap" =>
                        KeyOf(ConfigMaps(set), "ConfigMap", Tree.Text(value, "name"), null),
                    "serviceAccountName" when set.Find("ServiceAccount", $"{value}") is null =>
                        $"there is no ServiceAccount {value}",
                    "serviceName" when manifest.Kind == "StatefulSet" && set.Find("Service", $"{value}") is null =>
                        $"there is no Service {value}",
                    _ => null,
                };
                if (problem is not null) yield return $"{manifest}: {problem}";
            }

            foreach (var problem in Addresses(set, manifest)) yield return $"{manifest}: {problem}";
        }
    }

    /// <summary>
    /// Secrets with their keys: of Strimzi's users and certificate authority, and those that <c>eos deploy kind</c>
    /// makes.
    /// </summary>
    private static Dictionary<string, HashSet<string>> Secrets(ManifestSet set)
    {
        var secrets =
            DatabaseSecrets.Names.ToDictionary(name => name, _ => new HashSet<string> { DatabaseSecrets.Key });
        foreach (var user in set.Of("KafkaUser")) secrets[user.Name] = ["password", "sasl.jaas.config"];
        foreach (var kafka in set.Of("Kafka"))
            secrets[kafka.Name + "-cluster-ca-cert"] = ["ca.crt", "ca.p12", "ca.password"];
        return secrets;
    }

    private static Dictionary<string, HashSet<string>> ConfigMaps(ManifestSet set) =>
        set.Of("ConfigMap").ToDictionary(map => map.Name, map => Tree.Map(map.Node, "data").Keys.ToHashSet());

    private static string? KeyOf(Dictionary<string, HashSet<string>> makers, string kind, string? name, string? key) =>
        !makers.TryGetValue(name ?? "", out var keys) ? $"there is no {kind} {name}"
        : key is not null && !keys.Contains(key) ? $"{kind} {name} has no key {key}" : null;

    // addresses stand in values of variables: "trading-kafka-bootstrap:9093", "Host=postgres;Port=5432;…"
    private static IEnumerable<string> Addresses(ManifestSet set, Manifest manifest)
    {
        foreach (var (name, value, _) in Tree.Members(manifest.Node))
        {
            var text = value is System.Text.Json.Nodes.JsonValue ? value.ToString() : "";
            if (name is "bootstrapServers" or "ConnectionStrings__kafka"
                || (name == "value" && text.Contains("-kafka-bootstrap:", StringComparison.Ordinal)))
            {
                var known = set.Of("Kafka").SelectMany(kafka => Tree.Items(kafka.Spec, "kafka", "listeners")
                    .Select(listener => $"{kafka.Name}-kafka-bootstrap:{Tree.Text(listener, "port")}"));
                if (!known.Contains(text)) yield return $"no listener of a Kafka is at {text}";
            }

            if (Host().Match(text) is not { Success: true } address) continue;
            var service = set.Find("Service", address.Groups[1].Value);
            if (service is null) yield return $"there is no Service {address.Groups[1].Value}";
            else if (!Tree.Items(service.Spec, "ports").Any(port => Tree.Text(port, "port") == address.Groups[2].Value))
                yield return $"Service {service.Name} has no port {address.Groups[2].Value}";
        }
    }

    [GeneratedRegex("^Host=([^;]+);Port=([0-9]+);")]
    private static partial Regex Host();
}
