using System.Net;

namespace Sametime.Edge.Limits;

/// <summary>What becomes of a new connection.</summary>
internal enum Admission
{
    Admitted,

    /// <summary>The Edge is full; the client is told.</summary>
    Full,

    /// <summary>Its address has too many connections; closed without a reply.</summary>
    TooManyOfAddress,

    /// <summary>Its address connects too often; closed without a reply.</summary>
    TooOftenOfAddress,
}

/// <summary>Decides who may connect, by how many are connected and from where. Pure: the caller says what time it is.</summary>
/// <param name="limits">The bounds.</param>
/// <param name="connectionsMax">The lower of the configured number and what the open-file limit allows.</param>
internal sealed class ConnectionGate(LimitsOptions limits, int connectionsMax)
{
    private readonly Dictionary<AddressKey, Usage> _addresses = [];
    private readonly IPNetwork[] _exempt = [.. limits.ExemptNetworks.Select(static cidr => IPNetwork.Parse(cidr))];

    /// <summary>Connections admitted and not yet released.</summary>
    public int Open { get; private set; }

    public int ConnectionsMax => connectionsMax;

    /// <summary>Counts the connection when the answer is <see cref="Admission.Admitted"/>; then <see cref="Release"/> must follow.</summary>
    /// <param name="address">The peer; null for an in-process pipe, which only the total counts.</param>
    /// <param name="now">Seconds of the Edge's clock.</param>
    public Admission Admit(IPAddress? address, int now)
    {
        if (Open >= connectionsMax)
        {
            return Admission.Full;
        }

        if (address is not null && !IsExempt(address))
        {
            var verdict = AdmitAddress(AddressKey.Of(address), now);
            if (verdict != Admission.Admitted)
            {
                return verdict;
            }
        }

        Open++;
        return Admission.Admitted;
    }

    public void Release(IPAddress? address)
    {
        Open--;
        if (address is not null && !IsExempt(address) && _addresses.TryGetValue(AddressKey.Of(address), out var usage))
        {
            usage.Open--;
        }
    }

    /// <summary>Forgets addresses without connections whose window is over.</summary>
    public void Sweep(int now)
    {
        var window = (int)limits.NewConnectionsWindow.TotalSeconds;
        foreach (var (key, usage) in _addresses)
        {
            if (usage.Open == 0 && now - usage.WindowStart >= window)
            {
                _ = _addresses.Remove(key);
            }
        }
    }

    private Admission AdmitAddress(AddressKey key, int now)
    {
        if (!_addresses.TryGetValue(key, out var usage))
        {
            if (_addresses.Count >= limits.AddressesTrackedMax)
            {
                return Admission.TooManyOfAddress;
            }

            _addresses.Add(key, usage = new Usage { WindowStart = now });
        }

        if (now - usage.WindowStart >= (int)limits.NewConnectionsWindow.TotalSeconds)
        {
            usage.WindowStart = now;
            usage.New = 0;
        }

        if (usage.Open >= limits.ConnectionsPerAddressMax)
        {
            return Admission.TooManyOfAddress;
        }

        if (usage.New >= limits.NewConnectionsPerAddressMax)
        {
            return Admission.TooOftenOfAddress;
        }

        usage.Open++;
        usage.New++;
        return Admission.Admitted;
    }

    private bool IsExempt(IPAddress address)
    {
        if (limits.ExemptLoopback && IPAddress.IsLoopback(address))
        {
            return true;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (var network in _exempt)
        {
            if (network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    private sealed class Usage
    {
        public int Open;
        public int New;
        public int WindowStart;
    }
}
