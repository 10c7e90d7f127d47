using System.Numerics;
using BenchmarkDotNet.Attributes;
using Sametime.Contracts.Crypto;

namespace Sametime.Tests.Bench.Micro;

/// <summary>
/// The two powers that a login costs, and the same power by the runtime's own numbers: the reason why the group is computed by a library.
/// </summary>
[MemoryDiagnoser]
[MinColumn]
public class KeyAgreementBenchmarks
{
    private readonly KeyAgreement _mine = KeyAgreement.Create();
    private readonly byte[] _peer = KeyAgreement.Create().PublicValue.ToArray();
    private readonly byte[] _key = new byte[KeyAgreement.SessionKeyBytes];
    private readonly BigInteger _base;
    private readonly BigInteger _exponent;
    private readonly BigInteger _modulus;

    public KeyAgreementBenchmarks()
    {
        // Any numbers of the group's size do for a time.
        _base = new BigInteger(_peer, isUnsigned: true, isBigEndian: true);
        _exponent = new BigInteger(KeyAgreement.Create().PublicValue.Span, isUnsigned: true, isBigEndian: true);
        _modulus = (BigInteger.One << 512) - 569;
    }

    [Benchmark]
    public KeyAgreement MakePair() => KeyAgreement.Create();

    [Benchmark]
    public bool Agree() => _mine.TryAgree(_peer, _key);

    [Benchmark]
    public BigInteger PowerByTheRuntime() => BigInteger.ModPow(_base, _exponent, _modulus);
}
