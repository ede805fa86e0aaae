/// A certificate for `localhost` that signs itself, and its key, made for these tests and trusted nowhere else.
enum TestCertificate {
  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBYTCCAQegAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
    c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
    CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCEkrkpRrB+CGJUQ
    F9LRkS72BUchu+WXY4H0zwtA5XyJsQ+TUlgw/OZGMaTxRkbekqja7s8nLzkkfTSR
    xXZM4iijSDBGMBQGA1UdEQQNMAuCCWxvY2FsaG9zdDAPBgNVHRMBAf8EBTADAQH/
    MB0GA1UdDgQWBBTc5OKZFIeRf/jLAqsMeZKmBMeCfTAKBggqhkjOPQQDAgNIADBF
    AiEAniE/tkdIYbcn75+oZ+jGs+QJdYPtGvpgCzwLkxq2Xl4CIFErQ9mnBq0KozSX
    o0MfNcyE0bjrY7AjESSi5cuiCfE4
    -----END CERTIFICATE-----
    """

  static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgYQgLSsgcZVtwSu28
    kqbiBgii2Nqcz0Dm4Ai1oxHB8MShRANCAAQhJK5KUawfghiVEBfS0ZEu9gVHIbvl
    l2OB9M8LQOV8ibEPk1JYMPzmRjGk8UZG3pKo2u7PJy85JH00kcV2TOIo
    -----END PRIVATE KEY-----
    """
}
